/** `91.2 %`, which stays on one line. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** `1,797` */
export const count = (n: number): string => n.toLocaleString('en-US');

/** `1 row is left out`, `2 rows are left out` */
export const leftOut = (n: number): string =>
  (n === 1 ? '1 row is' : `${count(n)} rows are`) + ' left out';
