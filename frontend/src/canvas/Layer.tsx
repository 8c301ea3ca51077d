import { useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useTheme } from '../ui/theme';
import { live, useMarks } from './overlay';
import {
  enter,
  paintContainers,
  paintEdges,
  paintFar,
  paintGrid,
  paintGuides,
  paintParticles,
  visibleArea,
  type PaintState,
} from './paint';
import { readColors } from './palette';
import type { Scene } from './scene';
import styles from './Canvas.module.css';

interface LayerProps {
  readonly scene: Scene;
  readonly state: PaintState;
  readonly far: boolean;
  readonly selected: ReadonlySet<string>;
}

/**
 * The painted part of the drawing: grid, containers, edges, and from afar the cards. What stands still is kept
 * as a bitmap; only the dots of a running simulation are painted for every picture of the screen.
 */
export function Layer({ scene, state, far, selected }: LayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useStore((store) => store.transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const theme = useTheme((store) => store.shown);
  const { spofs } = useMarks();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return undefined;
    const colors = readColors();
    const ratio = Math.min(2, devicePixelRatio || 1);
    const viewport = { x: transform[0], y: transform[1], zoom: transform[2] };
    const area = visibleArea(viewport, width, height, 40);
    const still = document.createElement('canvas');
    for (const one of [element, still]) {
      one.width = Math.round(width * ratio);
      one.height = Math.round(height * ratio);
    }
    const below = still.getContext('2d');
    if (!below) return undefined;
    const repaint = () => {
      below.setTransform(1, 0, 0, 1, 0, 0);
      below.clearRect(0, 0, still.width, still.height);
      enter(below, viewport, ratio);
      paintGrid(below, area, viewport, colors);
      paintContainers(below, scene, colors, state);
      paintEdges(below, scene, colors, state, viewport.zoom);
      if (far) paintFar(below, scene, area, colors, selected, (id) => spofs.has(id), viewport.zoom);
      paintGuides(below, area, colors, state, viewport.zoom);
    };
    const show = (seconds: number) => {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, element.width, element.height);
      context.drawImage(still, 0, 0);
      if (live.on && !live.stale && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
        enter(context, viewport, ratio);
        paintParticles(context, scene, colors, seconds, viewport.zoom);
      }
    };
    let request = 0;
    const animate = (ms: number) => {
      show(ms / 1000);
      request = live.on ? requestAnimationFrame(animate) : 0;
    };
    const changed = () => {
      repaint();
      if (live.on && request === 0) request = requestAnimationFrame(animate);
      else if (!live.on) show(0);
    };
    changed();
    const leave = live.subscribe(changed);
    return () => {
      leave();
      cancelAnimationFrame(request);
    };
  }, [scene, state, far, selected, spofs, transform, width, height, theme]);

  return <canvas ref={canvas} className={styles['layer']} aria-hidden="true" />;
}
