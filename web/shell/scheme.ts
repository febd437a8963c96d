/** Light or dark; `auto` is what the system says. */
export type Scheme = 'auto' | 'light' | 'dark';

export const schemes: readonly Scheme[] = ['auto', 'light', 'dark'];

const key = 'symloss-lab-scheme';

/** What was chosen on this page before; a browser may forbid to remember it. */
export function storedScheme(): Scheme {
  try {
    const stored = localStorage.getItem(key);
    return schemes.find((scheme) => scheme === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** The stylesheet takes the colours from `color-scheme`, which this attribute sets. */
export function applyScheme(scheme: Scheme): void {
  if (scheme === 'auto') delete document.documentElement.dataset['scheme'];
  else document.documentElement.dataset['scheme'] = scheme;
}

export function chooseScheme(scheme: Scheme): void {
  applyScheme(scheme);
  try {
    localStorage.setItem(key, scheme);
  } catch {
    // then it holds until the page is closed
  }
}
