import address from '../../../data/digits.csv.gz?url';

/** Handwritten digits of 8 × 8 pixels. */
export interface Digits {
  /** [n][64], 0 to 16, row by row. */
  readonly features: readonly (readonly number[])[];
  /** [n], 0 to 9. */
  readonly labels: Int32Array;
}

export const digitSide = 8;

let loaded: Promise<Digits> | undefined;

/** The digits that come with the package (`data/README.md`), fetched once. @throws Error where they are not to be had */
export function loadDigits(): Promise<Digits> {
  loaded ??= fetchDigits().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function fetchDigits(): Promise<Digits> {
  const response = await fetch(address);
  if (!response.ok || response.body === null) {
    throw new Error(`digits: expected the file beside the page, received ${response.status}`);
  }
  // some servers unpack what they send
  const isPacked = response.headers.get('content-encoding') === null;
  const body = isPacked
    ? response.body.pipeThrough(new DecompressionStream('gzip'))
    : response.body;
  return parseDigits(await new Response(body).text());
}

/** The bundled file: a header, then 64 pixels and the digit in each line. */
export function parseDigits(text: string): Digits {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  return {
    features: rows.map((row) => row.slice(0, digitSide ** 2)),
    labels: Int32Array.from(rows, (row) => row[digitSide ** 2] ?? Number.NaN),
  };
}
