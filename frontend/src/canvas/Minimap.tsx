import { useStore } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { currentCamera } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { bounds, holds } from '../model/geometry';
import type { Rect } from '../model/types';
import { useTheme } from '../ui/theme';
import { readColors, type Colors } from './palette';
import { useMarks } from './overlay';
import type { Scene } from './scene';
import styles from './Minimap.module.css';
import { visibleArea } from './paint';

const WIDTH = 168;
const HEIGHT = 104;
const FEWEST = 12;
const LOWEST = 460;
const SHARP = 2;

/** The whole drawing in small; a click goes there. Not shown for small drawings, nor where all of it is in view. */
export function Minimap({ scene }: { readonly scene: Scene }) {
  const { t } = useI18n();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.shown);
  const spofs = useMarks((marks) => marks.spofs);
  const [x, y, zoom] = useStore((store) => store.transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const useful = scene.nodes.length >= FEWEST && height >= LOWEST;
  const drawn = useMemo(() => (useful ? bounds(scene.nodes.map((node) => node.rect)) : undefined), [scene, useful]);
  const all = useMemo(() => drawn && framed(drawn), [drawn]);
  const scale = all ? WIDTH / all.width : 1;
  const seen = visibleArea({ x, y, zoom }, width, height);
  const whole = drawn !== undefined && holds(seen, drawn);
  const still = useMemo(
    () => (all && !whole ? picture(scene, all, scale, spofs, readColors(theme)) : undefined),
    [scene, all, whole, scale, spofs, theme],
  );

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !still || !all) return;
    const shown = visibleArea({ x, y, zoom }, width, height);
    const factor = SHARP * scale;
    const within = (value: number, most: number) => Math.max(1.5, Math.min(most - 1.5, value));
    const left = within((shown.x - all.x) * factor, WIDTH * SHARP);
    const top = within((shown.y - all.y) * factor, HEIGHT * SHARP);
    const right = within((shown.x + shown.width - all.x) * factor, WIDTH * SHARP);
    const bottom = within((shown.y + shown.height - all.y) * factor, HEIGHT * SHARP);
    context.clearRect(0, 0, WIDTH * SHARP, HEIGHT * SHARP);
    context.drawImage(still, 0, 0);
    context.strokeStyle = readColors(theme).accent;
    context.lineWidth = 3;
    context.strokeRect(left, top, right - left, bottom - top);
  }, [still, all, scale, x, y, zoom, width, height, theme]);

  if (!all || whole) return null;
  return (
    <canvas
      ref={canvas}
      className={styles['minimap']}
      width={WIDTH * SHARP}
      height={HEIGHT * SHARP}
      aria-label={t('canvas.minimap')}
      role="img"
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        currentCamera()?.centerOn({ x: all.x + (event.clientX - box.x) / scale, y: all.y + (event.clientY - box.y) / scale });
      }}
    />
  );
}

/** The drawing with some air, in the shape of the map. */
function framed(rect: Rect): Rect {
  const unit = Math.max(rect.width / (WIDTH - 24), rect.height / (HEIGHT - 24));
  const [width, height] = [WIDTH * unit, HEIGHT * unit];
  return { x: rect.x + (rect.width - width) / 2, y: rect.y + (rect.height - height) / 2, width, height };
}

function picture(scene: Scene, all: Rect, scale: number, spofs: { has(id: string): boolean }, colors: Colors): HTMLCanvasElement {
  const made = document.createElement('canvas');
  made.width = WIDTH * SHARP;
  made.height = HEIGHT * SHARP;
  const context = made.getContext('2d');
  if (!context) return made;
  const factor = SHARP * scale;
  context.setTransform(factor, 0, 0, factor, -all.x * factor, -all.y * factor);
  for (const { id, rect, container } of scene.nodes) {
    context.fillStyle = container ? colors.line : spofs.has(id) ? colors.bad : colors.edge;
    context.globalAlpha = container ? 0.5 : 1;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
  }
  return made;
}
