/** The row numbers or names that pandas writes beside the columns. */
export const pandasIndex = /^__index_level_\d+__$/;
