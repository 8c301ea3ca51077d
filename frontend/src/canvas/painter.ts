import { live } from './overlay';
import { enter, paintAll, paintHand, paintParticles, visibleArea, type Hand, type PaintState, type Viewport } from './paint';
import type { Colors } from './palette';
import type { Scene } from './scene';

/** How far beyond the window the bitmap reaches, in pixels of the screen: that far panning needs no painting. */
const BORDER = 192;
/** Painting that takes longer than this is put off until zooming pauses; meanwhile the old picture is stretched. */
const SLOW_MS = 9;
const PAUSE_MS = 110;
const LONGEST_MS = 320;

interface Picture {
  readonly scene: Scene;
  readonly state: PaintState;
  readonly colors: Colors;
}

/**
 * Paints the paper below the cards. What stands still is kept as a bitmap larger than the window: panning only
 * shows another part of it; only what is being moved and the dots of a running simulation are painted for every
 * picture of the screen.
 */
export class Painter {
  private readonly still = document.createElement('canvas');
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly leave: () => void;
  private picture: Picture | null = null;
  private hand: Hand | null = null;
  private view: Viewport = { x: 0, y: 0, zoom: 1 };
  private width = 0;
  private height = 0;
  private ratio = 1;
  /** The view for which the bitmap was painted. */
  private painted: Viewport | null = null;
  private paintedAt = 0;
  private cost = 0;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private request = 0;

  constructor(private readonly element: HTMLCanvasElement) {
    this.leave = live.subscribe(() => this.renew());
  }

  destroy(): void {
    this.leave();
    clearTimeout(this.settle);
    cancelAnimationFrame(this.request);
  }

  /** There is something else to paint. */
  draw(picture: Picture): void {
    this.picture = picture;
    this.renew();
  }

  /** What is held moved on, or was let go. */
  hold(hand: Hand | null): void {
    if (hand === this.hand) return;
    this.hand = hand;
    this.show();
  }

  /** The view moved, or the window has another size (in pixels of the page). */
  look(view: Viewport, width: number, height: number): void {
    this.view = view;
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (width !== this.width || height !== this.height || ratio !== this.ratio) {
      Object.assign(this, { width, height, ratio, painted: null });
      this.element.width = Math.round(width * ratio);
      this.element.height = Math.round(height * ratio);
      this.still.width = Math.round((width + 2 * BORDER) * ratio);
      this.still.height = Math.round((height + 2 * BORDER) * ratio);
    }
    this.show();
  }

  private renew(): void {
    this.painted = null;
    this.show();
  }

  private show(): void {
    if (this.width === 0 || !this.picture) return;
    if (!this.isGood()) this.repaint();
    this.blit(performance.now() / 1000);
    if (live.on && this.request === 0) this.request = requestAnimationFrame(this.animate);
  }

  private readonly animate = (ms: number): void => {
    this.request = 0;
    if (!live.on || live.stale || this.calm.matches) return;
    this.blit(ms / 1000);
    this.request = requestAnimationFrame(this.animate);
  };

  /** Whether the bitmap can be shown as it is, or for a moment as it was. */
  private isGood(): boolean {
    const { painted, view } = this;
    if (!painted) return false;
    if (painted.zoom === view.zoom) {
      return Math.abs(view.x - painted.x) <= BORDER && Math.abs(view.y - painted.y) <= BORDER;
    }
    if (this.cost < SLOW_MS || performance.now() - this.paintedAt > LONGEST_MS) return false;
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.renew(), PAUSE_MS);
    return true;
  }

  private repaint(): void {
    const context = this.still.getContext('2d');
    if (!context || !this.picture) return;
    clearTimeout(this.settle);
    const start = performance.now();
    const { scene, state, colors } = this.picture;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.still.width, this.still.height);
    const shifted = { ...this.view, x: this.view.x + BORDER, y: this.view.y + BORDER };
    enter(context, shifted, this.ratio);
    paintAll(context, scene, colors, state, visibleArea(this.view, this.width, this.height, BORDER), this.view);
    this.painted = this.view;
    this.paintedAt = performance.now();
    this.cost = this.paintedAt - start;
  }

  private blit(seconds: number): void {
    const context = this.element.getContext('2d');
    const { painted, view, ratio, picture } = this;
    if (!context || !painted || !picture) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.element.width, this.element.height);
    const scale = view.zoom / painted.zoom;
    const x = (view.x - (painted.x + BORDER) * scale) * ratio;
    const y = (view.y - (painted.y + BORDER) * scale) * ratio;
    if (scale === 1) context.drawImage(this.still, Math.round(x), Math.round(y));
    else context.drawImage(this.still, x, y, this.still.width * scale, this.still.height * scale);
    enter(context, view, ratio);
    const { scene, colors, state } = picture;
    if (this.hand) paintHand(context, this.hand, colors, state, visibleArea(view, this.width, this.height), view.zoom);
    if (!live.on || live.stale || this.calm.matches) return;
    paintParticles(context, scene, colors, seconds, view.zoom);
    if (this.hand) paintParticles(context, this.hand.scene, colors, seconds, view.zoom);
  }
}
