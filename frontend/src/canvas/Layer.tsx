import { useStore } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import { useTheme } from '../ui/theme';
import type { Hand, PaintState } from './paint';
import { Painter } from './painter';
import { readColors } from './palette';
import type { Scene } from './scene';
import styles from './Canvas.module.css';

interface LayerProps {
  readonly scene: Scene;
  readonly state: PaintState;
  readonly hand: Hand | null;
}

/** The painted part of the drawing: grid, containers, edges, and from afar the cards. */
export function Layer({ scene, state, hand }: LayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter | null>(null);
  const transform = useStore((store) => store.transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const theme = useTheme((store) => store.shown);

  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const made = new Painter(canvas.current);
    painter.current = made;
    return () => {
      made.destroy();
      painter.current = null;
    };
  }, []);
  useLayoutEffect(() => {
    painter.current?.draw({ scene, state, colors: readColors(theme) });
  }, [scene, state, theme]);
  useLayoutEffect(() => painter.current?.hold(hand), [hand]);
  useLayoutEffect(() => {
    const [x, y, zoom] = transform;
    painter.current?.look({ x, y, zoom }, width, height);
  }, [transform, width, height]);

  return <canvas ref={canvas} className={styles['layer']} aria-hidden="true" />;
}
