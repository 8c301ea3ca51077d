import { useStore, type ConnectionLineComponentProps } from '@xyflow/react';
import { useI18n } from '../i18n/useI18n';
import styles from './Canvas.module.css';
import { cardAt, refusal } from './connectTarget';

/** The line that follows the hand; where it may not end it says why. */
export function ConnectionLine({ fromNode, fromX, fromY, toX, toY }: ConnectionLineComponentProps) {
  const { t } = useI18n();
  const zoom = useStore((state) => state.transform[2]);
  const target = cardAt({ x: toX, y: toY });
  const reason = target === null || target === fromNode.id ? null : refusal(fromNode.id, target);
  const color = reason ? 'var(--bad)' : 'var(--accent)';
  const words = reason && t(`canvas.refused.${reason}`);
  return (
    <g>
      <path d={`M${fromX} ${fromY}L${toX} ${toY}`} fill="none" stroke={color} strokeWidth={2 / zoom} strokeDasharray={`${6 / zoom} ${5 / zoom}`} />
      <circle cx={toX} cy={toY} r={4 / zoom} fill={color} />
      {words && (
        <g transform={`translate(${toX + 14 / zoom} ${toY + 18 / zoom}) scale(${1 / zoom})`}>
          <rect className={styles['reasonBack']} x={-8} y={-15} width={words.length * 7 + 16} height={22} rx={6} />
          <text className={styles['reason']}>{words}</text>
        </g>
      )}
    </g>
  );
}
