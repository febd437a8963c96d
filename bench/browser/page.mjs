import { fromArrays, train } from 'symloss/web';
import { epochTimes } from './epoch-times.mjs';

Object.assign(globalThis, {
  bench: {
    /** @param {import('./epoch-times.mjs').Work} work */
    measure: (work) => epochTimes({ train, fromArrays }, work),
    /** @param {import('./states.mjs').Step} step */
    openStates: async (step) => (await import('./states.mjs')).openStates(step),
    /** @param {import('./states.mjs').Round} round */
    timeSteps: async (round) => (await import('./states.mjs')).timeSteps(round),
  },
});
