/** Shows one line to the operator. */
export type Say = (text: string) => void;
