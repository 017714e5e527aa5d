/** A small card beside the pointer. */
import { useLayoutEffect, useRef } from 'preact/hooks';

const DISTANCE = 14;
const EDGE = 8;

export function Card({ x, y, children }: { x: number; y: number; children: preact.ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const card = element.current;
    if (card === null) return;
    const { offsetWidth, offsetHeight } = card;
    const right = x + DISTANCE;
    const left = right + offsetWidth + EDGE <= innerWidth ? right : Math.max(EDGE, x - DISTANCE - offsetWidth);
    const below = y + DISTANCE;
    const top = below + offsetHeight + EDGE <= innerHeight ? below : Math.max(EDGE, y - DISTANCE - offsetHeight);
    card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  return (
    <div ref={element} class="card" role="presentation">
      {children}
    </div>
  );
}

/** A line of a card: what, and how much. */
export function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div class="card-fact">
      <span class="card-name">{name}</span>
      <span class="card-value">{children}</span>
    </div>
  );
}
