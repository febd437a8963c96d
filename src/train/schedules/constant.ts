import type { Schedule } from './schedule.ts';
import { scheduleForm } from './schedule.ts';

/** The base learning rate throughout: a factor of 1. */
export const constant: Schedule = { spec: 'constant', at: () => 1 };

export const constantForm = scheduleForm({
  about: 'the same learning rate throughout',
  example: 'constant',
  parameters: {},
  build: () => constant,
});
