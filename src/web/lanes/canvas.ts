/** Canvases as large as their element, and drawn at most once a frame. */
import { effect } from '@preact/signals';

/** A context in CSS pixels, cleared; undefined while the canvas has no size. */
export function cleared(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = devicePixelRatio || 1;
  const pixels = [Math.round(width * ratio), Math.round(height * ratio)] as const;
  if (pixels[0] <= 0 || pixels[1] <= 0) return undefined;
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
    [canvas.width, canvas.height] = pixels;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d') ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/**
 * Draws now, and in the next frame after a signal changed that `draw` reads.
 * @returns ends it
 */
export function drawOnChange(draw: () => void): () => void {
  let frame: number | undefined;
  let end: (() => void) | undefined;
  const start = () => {
    frame = undefined;
    end?.();
    let isFirst = true;
    end = effect(() => {
      if (isFirst) {
        isFirst = false;
        draw();
      } else frame ??= requestAnimationFrame(start);
    });
  };
  start();
  return () => {
    end?.();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
