import type { OnMove } from '@xyflow/react';

let zoom = 0;
let canvas: HTMLElement | null = null;

function mark(pans: boolean): void {
  if (!canvas) return;
  if (pans) canvas.dataset['panning'] = '';
  else delete canvas.dataset['panning'];
}

/**
 * While a hand moves the view and does not zoom it, the cards are one layer that only changes its place: nothing is
 * painted anew. Zooming must paint, or letters would blur.
 */
export const panning: { readonly onMoveStart: OnMove; readonly onMove: OnMove; readonly onMoveEnd: OnMove } = {
  onMoveStart: (event, view) => {
    zoom = view.zoom;
    canvas = event?.target instanceof Element ? event.target.closest<HTMLElement>('[data-canvas]') : null;
  },
  onMove: (_event, view) => mark(view.zoom === zoom),
  onMoveEnd: () => mark(false),
};
