import type { Thumbnail } from '../data/formats/index.ts';
import { thumbnail } from '../data/formats/index.ts';
import { rowNumber } from '../data/index.ts';
import { markedParts } from '../report/audit/marked-parts.ts';
import type { RowMarks } from '../report/audit/marks.ts';
import { rowMarks } from '../report/audit/marks.ts';
import type { Review } from '../review/index.ts';
import { NearestRows, rowView } from '../review/index.ts';
import { neighbourCount } from '../run/nearest.ts';
import type { AuditSummary, Neighbours, RowDetails } from './api/types.ts';
import { Refusal } from './fault.ts';

/** The longer side of a picture, in pixels, at most. */
const largestSide = 512;
/** Suspects whose words and values are marked: the first ones, since all rows are counted for them. */
const mostMarked = 2000;

/** The rows of an audit, for people. */
export class AuditRows {
  readonly #review: Review;
  readonly #nearest: NearestRows;
  #marks: ReturnType<typeof rowMarks> | 'not yet' = 'not yet';

  constructor(review: Review) {
    this.#review = review;
    this.#nearest = new NearestRows(review.audited, review.audit.config.seed);
  }

  /** What rows are shown as. */
  get shownAs(): AuditSummary['shownAs'] {
    const { data } = this.#review;
    if (data.labels.length === 0) return 'cells';
    const { picture, cells = [] } = rowView(data, 0);
    if (picture !== undefined) return 'picture';
    return cells.length === 1 && cells[0]?.isText === true ? 'text' : 'cells';
  }

  details(row: number): RowDetails {
    const place = this.#placeOf(row);
    const { ids, picture, cells } = rowView(this.#review.data, place);
    const marks = cells && this.#marksOf(place);
    return {
      row,
      ids: ids.map(({ name, text = '' }) => ({ name, text })),
      ...(picture && { picture: { width: picture.width, height: picture.height } }),
      ...(cells && {
        cells: cells.map(({ name, text, isText }) => ({
          ...{ name, isText },
          parts: isText
            ? markedParts(text ?? '', marks?.words ?? new Set())
            : wholePart(text, marks?.columns.has(name) === true),
        })),
      }),
    };
  }

  /** @throws Refusal for rows that are none */
  async picture(row: number): Promise<Thumbnail> {
    const { picture } = rowView(this.#review.data, this.#placeOf(row));
    if (picture === undefined) throw new Refusal(404, `row ${row} is no picture`);
    const { pixels, channels, height, width } = picture;
    return thumbnail(pixels, [channels, height, width], largestSide);
  }

  async neighbours(row: number): Promise<Neighbours> {
    const { audit, audited } = this.#review;
    const found = await this.#nearest.of(this.#placeOf(row), neighbourCount);
    if (found === undefined) return {};
    const items = found.map(({ row: place, distance }) => ({
      ...{ row: rowNumber(audited, place), distance },
      label: audit.rows[place]?.given as string,
    }));
    return { items };
  }

  #placeOf(row: number): number {
    const place = this.#review.placeOf(row);
    if (place === undefined) throw new Refusal(404, `no row ${row} in the audit`);
    return place;
  }

  #marksOf(place: number): RowMarks | undefined {
    if (this.#marks === 'not yet') this.#marks = this.#allMarks();
    return this.#marks?.(place);
  }

  #allMarks(): ReturnType<typeof rowMarks> {
    const { audit, data, suspects, placeOf } = this.#review;
    const numbers = new Map(audit.classes.map((name, i) => [name, i]));
    const numbersOf = (key: 'given' | 'suggested') =>
      Int32Array.from(audit.rows, (own) => numbers.get(own[key]) as number);
    const own = { labels: numbersOf('given'), suggested: numbersOf('suggested') };
    const places = suspects.slice(0, mostMarked).map(({ row }) => placeOf(row) as number);
    return rowMarks(data, { ...own, classes: audit.classes }, places);
  }
}

function wholePart(text: string | undefined, isMarked: boolean) {
  return text === undefined || text === '' ? [] : [{ text, isMarked }];
}
