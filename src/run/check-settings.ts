import { checkEffort } from './effort.ts';
import { parsed } from './faults.ts';
import { autoLoss } from './loss-spec.ts';
import { readNoise } from './noise-files.ts';
import type { Settings } from './resolve.ts';
import { resolve, settingsSchema } from './resolve.ts';

/** Checks settings before any data are read. @throws SymlossError naming the first that is wrong */
export function checkSettings(settings: Settings): void {
  parsed(settingsSchema, settings);
  checkEffort(settings, [settings.loss ?? autoLoss]);
  resolve(
    settings,
    { rows: 1, featureShape: [1], isTable: false, hasValidation: false },
    readNoise,
  );
}
