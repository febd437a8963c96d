export type { CalibrateOptions, Calibration, ScoredRows } from './calibrate.ts';
export { calibrate } from './calibrate.ts';
export { calibrationError, noisyCalibrationError } from './error.ts';
export type { TemperatureAndTransitionFit } from './joint.ts';
export { fitTemperatureAndTransition } from './joint.ts';
export { TEMPERATURE_RANGE } from './search.ts';
export { applyTemperature } from './softmax.ts';
export type { TemperatureFit } from './temperature.ts';
export { fitTemperature } from './temperature.ts';
