import type { ConnectionLineComponentProps } from '@xyflow/react';

/** The line that follows the hand; red where it may not end. */
export function ConnectionLine({ fromX, fromY, toX, toY, connectionStatus }: ConnectionLineComponentProps) {
  const color = connectionStatus === 'invalid' ? 'var(--bad)' : 'var(--accent)';
  return (
    <g>
      <path d={`M${fromX} ${fromY}L${toX} ${toY}`} fill="none" stroke={color} strokeWidth={2} strokeDasharray="6 5" />
      <circle cx={toX} cy={toY} r={4} fill={color} />
    </g>
  );
}
