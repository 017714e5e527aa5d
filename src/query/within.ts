/** Conditions for a row `v` to touch the time from @fromUs to @toUs: one that happened, and one that lasted, or still does. */
export const HAPPENED = 'v.at_us BETWEEN @fromUs AND @toUs';
export const LASTED = 'v.from_us <= @toUs AND coalesce(v.to_us, @toUs) >= @fromUs';
