import { amseDefinition } from './amse.ts';
import { sumDefinition } from './combine.ts';
import { nceDefinition } from './nce.ts';
import { nflDefinition } from './nfl.ts';

/** Joint asymmetric losses: a normalised loss and asymmetric mean square error. */
const joint = 'Wang, Liu, Zhou, Hu, Zhai, Jiang and Ji 2025';

export const jalDefinition = {
  ...sumDefinition('jal', [nceDefinition, amseDefinition], {}, joint),
  aliases: ['nce+amse'],
};

export const jalFlDefinition = {
  ...sumDefinition('jal-fl', [nflDefinition, amseDefinition], {}, joint),
  aliases: ['nfl+amse'],
};
