import { useEffect, useRef } from 'react';
import { currentCamera } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { bounds } from '../model/geometry';
import { useTheme } from '../ui/theme';
import { readColors } from './palette';
import { useMarks } from './overlay';
import type { Scene } from './scene';
import styles from './Minimap.module.css';
import { visibleArea, type Viewport } from './paint';

const WIDTH = 168;
const HEIGHT = 104;
const FEWEST = 12;
const LOWEST = 460;

/** The whole drawing in small; a click goes there. Not shown for small drawings. */
export function Minimap({ scene, view, size }: { readonly scene: Scene; readonly view: Viewport; readonly size: { width: number; height: number } }) {
  const { t } = useI18n();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme((state) => state.shown);
  const spofs = useMarks((marks) => marks.spofs);
  const shown = visibleArea(view, size.width, size.height);
  const all = scene.nodes.length >= FEWEST && size.height >= LOWEST ? bounds([...scene.nodes.map((node) => node.rect), shown]) : undefined;
  const scale = all ? Math.min(WIDTH / all.width, HEIGHT / all.height) : 1;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !all) return;
    const colors = readColors();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, WIDTH * 2, HEIGHT * 2);
    context.setTransform(2 * scale, 0, 0, 2 * scale, -all.x * 2 * scale, -all.y * 2 * scale);
    for (const { id, rect, container } of scene.nodes) {
      context.fillStyle = container ? colors.line : spofs.has(id) ? colors.bad : colors.edge;
      context.globalAlpha = container ? 0.5 : 1;
      context.fillRect(rect.x, rect.y, rect.width, rect.height);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colors.accent;
    context.lineWidth = 1.5 / scale;
    context.strokeRect(shown.x, shown.y, shown.width, shown.height);
  }, [scene, all, scale, shown, spofs, theme]);

  if (!all) return null;
  return (
    <canvas
      ref={canvas}
      className={styles['minimap']}
      width={WIDTH * 2}
      height={HEIGHT * 2}
      aria-label={t('canvas.minimap')}
      role="img"
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const x = all.x + (event.clientX - box.x) / scale;
        const y = all.y + (event.clientY - box.y) / scale;
        currentCamera()?.centerOn({ x, y });
      }}
    />
  );
}
