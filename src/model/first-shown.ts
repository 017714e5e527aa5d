/** What a page shows at first of a recording that goes on, microseconds; of one that has ended, all of it. */
export const FIRST_SHOWN_US = 900e6;
