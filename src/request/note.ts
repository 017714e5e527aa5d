/** Receives, as a line of text, what a person should know about an answer: how a name or time was read, what is missing. */
export type Note = (text: string) => void;
