/**
 * Languages of Latin script. Croatian is left out: its listopad is October, the Polish and the Czech one November; no other two
 * languages contradict each other.
 */
const languages = 'en fr de de-AT es it pt nl sv da nb fi pl cs sk sl ro tr id'.split(' ');

interface Names {
  /** From 1. */
  readonly months: ReadonlyMap<string, number>;
  readonly weekdays: ReadonlySet<string>;
}

let known: Names | undefined;

/** The month that a word names in one of some twenty languages, in full or as it is usually shortened, from 1. */
export function monthOf(word: string): number | undefined {
  return names().months.get(folded(word));
}

/** Whether a word names a day of the week in one of these languages. */
export function isWeekday(word: string): boolean {
  return names().weekdays.has(folded(word));
}

/** The names as the engine knows them: made when they are first needed, since that takes some 50 ms. */
function names(): Names {
  known ??= namesOf(languages);
  return known;
}

function namesOf(all: readonly string[]): Names {
  const months = new Map<string, number>();
  const weekdays = new Set<string>();
  for (const language of all) {
    for (const width of ['long', 'short'] as const) {
      // alone, and as they are in a date: styczeń, 3 stycznia
      for (const date of [{}, { day: 'numeric', year: 'numeric' }] as const) {
        const own = formatter(language, { ...date, month: width });
        for (let month = 1; month <= 12; month++) {
          const name = partOf(own, 'month', Date.UTC(2024, month - 1, 15));
          if (/\p{L}/u.test(name)) months.set(name, month);
        }
      }
      const own = formatter(language, { weekday: width });
      for (let day = 1; day <= 7; day++) {
        weekdays.add(partOf(own, 'weekday', Date.UTC(2024, 0, day)));
      }
    }
  }
  return { months, weekdays };
}

const formatter = (language: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });

function partOf(format: Intl.DateTimeFormat, type: 'month' | 'weekday', time: number): string {
  return folded(format.formatToParts(time).find((part) => part.type === type)?.value ?? '');
}

/** In small letters, without accents and points. */
function folded(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase();
}
