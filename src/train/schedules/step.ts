import type { ListParameter, Parameters } from '../../core/index.ts';
import { checkValue, formatForm, SymlossError } from '../../core/index.ts';
import type { Schedule } from './schedule.ts';
import { scheduleForm } from './schedule.ts';

const parameters = {
  gamma: {
    kind: 'number',
    default: 0.1,
    range: { min: 0, openMin: true },
    about: 'factor on the rate at each milestone',
  },
} as const satisfies Parameters;

const milestone: ListParameter = {
  kind: 'number',
  name: 'milestone',
  range: { min: 0, max: 1 },
  about: 'shares of the run after which the rate falls',
};

const example = 'step:0.5,0.75';

/**
 * Step decay: γᵐ, where m is the number of milestones that are reached.
 * @param milestones shares of the run, one or more numbers in [0, 1]
 * @param gamma γ > 0
 * @throws SymlossError without a milestone, or for a number out of range
 */
export function steps(
  milestones: readonly number[],
  gamma: number = parameters.gamma.default,
): Schedule {
  const where = 'schedule step';
  checkValue(`${where}, gamma`, parameters.gamma, gamma);
  if (milestones.length === 0) {
    throw new SymlossError(where, 'at least one milestone', 'none', { hint: `e.g. ${example}` });
  }
  for (const m of milestones) checkValue(`${where}, ${milestone.name}`, milestone, m);
  return {
    spec: formatForm('step', parameters, { gamma }, milestones),
    at: (progress) => gamma ** milestones.filter((m) => progress >= m).length,
  };
}

export const stepForm = scheduleForm({
  about: 'step decay at these shares of the run',
  example,
  parameters,
  list: milestone,
  build: ({ gamma }, milestones) => steps(milestones, gamma),
});
