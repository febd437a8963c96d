import { fromArrays, train } from 'symloss/web';
import { epochTimes } from './epoch-times.mjs';

Object.assign(globalThis, {
  /** @param {import('./epoch-times.mjs').Work} work */
  measure: (work) => epochTimes({ train, fromArrays }, work),
});
