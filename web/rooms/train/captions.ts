import type { SubjectName } from './state.ts';

const plane =
  'Two networks learn the same points, here in your browser. Points with a ring have a wrong label; a filled ring is one that the network has memorised.';

/** What the room does with each subject, below its title. */
export const leads: Readonly<Record<SubjectName, string>> = {
  spirals: plane,
  moons: plane,
  blobs: plane,
  rings: plane,
  painted:
    'Two networks learn the points that you paint, here in your browser. Put some where they do not belong, or add wrong labels: points with a ring have a wrong label; a filled ring is one that the network has memorised.',
  digits:
    'Two networks learn the same digits, here in your browser. Drawn are some with a wrong label; marked are those that the network has memorised.',
  table:
    'Two networks learn your table, here in your browser: nothing of it is sent anywhere. Add wrong labels to see how many of them each network memorises.',
};

/** What is measured, below the networks. */
export function captionOf(subject: SubjectName): string {
  switch (subject) {
    case 'digits':
      return 'Accuracy is measured on a third of the digits that the networks have not seen, with right labels.';
    case 'painted':
      return 'Accuracy is measured on your points as you painted them, before any label was made wrong.';
    case 'table':
      return 'Accuracy is measured on a third of the rows, held out, with the labels of the file, which may be wrong as well; on at most 1,500 of them, and memorising on at most 1,500 wrong labels.';
    default:
      return 'Accuracy is measured on new points of the same shape, with right labels.';
  }
}
