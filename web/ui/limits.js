/** How long a text may be, in characters, for the server to take it; a test holds them to the contract for machines. */

export const MAX_LINE = 200;
export const MAX_DOCUMENT = 20_000;
export const MAX_COMMENT = 2_000;
