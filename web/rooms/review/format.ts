/** `91.2 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `1,797` */
export const count = (n: number): string => n.toLocaleString('en-US');
