/** What one query of the SQL page may take. */
export const SQL_LIMITS = { rows: 10_000, seconds: 30 } as const;
