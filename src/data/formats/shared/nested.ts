/** Objects or structs within each other, the row included, that become columns of a table. */
export const mostLevels = 32;
