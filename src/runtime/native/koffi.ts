/** The package that calls C functions. */
export type Koffi = typeof import('koffi').default;
