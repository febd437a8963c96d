interface Choice {
  readonly value: string;
  readonly label: string;
}

const listed: readonly Choice[] = [
  { value: 'ce', label: 'ce: cross-entropy' },
  { value: 'sgce:q=0.7', label: 'sgce:q=0.7' },
  { value: 'sgce:q=0.4', label: 'sgce:q=0.4' },
  { value: 'alpha-mae:alpha=0.5', label: 'alpha-mae:alpha=0.5' },
  { value: 'anchored:loss=sgce,q=0.7,ce=0.02', label: 'anchored: sgce with 2 % ce' },
  { value: 'gce:q=0.7', label: 'gce:q=0.7' },
  { value: 'mae', label: 'mae: mean absolute error' },
  { value: 'unhinged', label: 'unhinged' },
  { value: 'nce+rce', label: 'nce+rce' },
  { value: 'auto', label: 'auto: chosen for the points' },
];

/** Losses to choose from, with the one that the address names. */
export function lossChoices(chosen: string): readonly Choice[] {
  return listed.some(({ value }) => value === chosen)
    ? listed
    : [...listed, { value: chosen, label: chosen }];
}
