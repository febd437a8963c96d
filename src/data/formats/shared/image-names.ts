import { count } from '../../text.ts';

/** Extensions of files that are images, in any case; what they really are their content tells. */
export const imageExtensions = ['jpg', 'jpeg', 'jfif', 'png', 'webp'] as const;

const pattern = new RegExp(`\\.(${imageExtensions.join('|')})$`, 'i');

/** Whether a file is an image by its name. */
export const isImageName = (name: string): boolean => pattern.test(name);

/** `.jpg, .jpeg, .jfif, .png or .webp` */
export const imageExtensionNames: string = imageExtensions
  .map((extension) => `.${extension}`)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' or ');

/** Extensions that a notice names. */
const mostNamed = 5;

/**
 * `3 files left out: not .jpg, … (2 .txt, 1 without an extension)`, the most frequent first.
 * @param names of files that are no images, at least one
 */
export function leftOutNotice(names: readonly string[]): string {
  const kinds = new Map<string, number>();
  for (const name of names) {
    const extension = /\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? 'without an extension';
    kinds.set(extension, (kinds.get(extension) ?? 0) + 1);
  }
  const sorted = [...kinds].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = sorted.slice(0, mostNamed).map(([kind, n]) => `${n} ${kind}`);
  const more = sorted.length > mostNamed ? ', …' : '';
  return `${count(names.length, 'file')} left out: not ${imageExtensionNames} (${named.join(', ')}${more})`;
}
