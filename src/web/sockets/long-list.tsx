/** A list of lines of one height: those that can be seen exist. */
import { useState } from 'preact/hooks';
import { windowAt } from '../lanes/row-layout.js';

const LINE_HEIGHT = 20;

interface LongListOptions {
  /** Stays above the lines. */
  readonly head?: string;
  readonly count: number;
  readonly label: string;
  readonly children: (index: number) => preact.ComponentChildren;
}

export function LongList({ head, count, label, children }: LongListOptions) {
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const { first, end } = windowAt(top, height, LINE_HEIGHT, count);
  const lines = [];
  for (let index = first; index < end; index++) {
    lines.push(
      <li key={index} class="long-line" aria-setsize={count} aria-posinset={index + 1}>
        {children(index)}
      </li>,
    );
  }
  return (
    <div
      class="long-list"
      tabIndex={0}
      role="group"
      aria-label={label}
      onScroll={({ currentTarget }) => {
        setTop(currentTarget.scrollTop);
        setHeight(currentTarget.clientHeight);
      }}
    >
      {head !== undefined && <pre class="long-head">{head}</pre>}
      <ul class="long-lines" style={{ paddingTop: `${first * LINE_HEIGHT}px`, height: `${count * LINE_HEIGHT}px` }}>
        {lines}
      </ul>
    </div>
  );
}
