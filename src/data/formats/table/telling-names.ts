const idNames =
  /^(id|ids|uuid|guid|index|idx|row|rows|rowid|rowname|rownames|key|nr|no|number|num)$/;
const codeNames =
  /^(code|codes|id|type|kind|category|cat|zip|zipcode|postcode|postalcode|postal|plz|fips|sic|naics)$/;

/** The last word of a name: `user_ID` and `userId` are ids. */
function lastWord(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));
  return words.at(-1) ?? '';
}

/** Whether a column so called holds ids: `user_ID`, `userId`. */
export function isIdName(name: string): boolean {
  return idNames.test(lastWord(name)) || /id$/i.test(name);
}

/** Whether a column so called holds codes, of which repeated integers are categories: `zip`, `store_type`. */
export function isCodeName(name: string): boolean {
  return codeNames.test(lastWord(name));
}
