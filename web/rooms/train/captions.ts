import type { SubjectName } from './state.ts';

const plane =
  'Two networks learn the same points, here in your browser. Points with a ring have a wrong label; a filled ring is one that the network has memorized.';

/** What the room does with each subject, below its title. */
export const leads: Readonly<Record<SubjectName, string>> = {
  spirals: plane,
  blobs: plane,
  rings: plane,
  painted:
    'Two networks learn the points that you paint, here in your browser. Put some where they do not belong, or have labels made wrong: those have a ring, which is filled where the network has memorized it.',
  digits:
    'Two networks learn the same digits, here in your browser. Drawn are some with a wrong label; marked are those that the network has memorized.',
  table:
    'Two networks learn your table, here in your browser: nothing of it is sent anywhere. With wrong labels to add you see which of them each network memorizes.',
};

/** What is measured, below the networks. */
export function captionOf(subject: SubjectName): string {
  switch (subject) {
    case 'digits':
      return 'New ones are a third of the digits, with right labels; the network has not seen them.';
    case 'painted':
      return 'Right on your points means: as you painted them, before any label was made wrong.';
    case 'table':
      return 'A third of the rows is held out; their labels are those of the file, which may be wrong as well. At most 1,500 held-out rows and 1,500 wrong labels are looked at.';
    default:
      return 'New points come from the same shape and have right labels.';
  }
}
