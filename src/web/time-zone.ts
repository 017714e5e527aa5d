/** The zone of this browser, by its IANA name: the server writes the times of notes in it. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
