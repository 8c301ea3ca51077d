import { useMemo } from 'react';
import { useKindsState } from '../../editor/drawing';
import { picture, type Drawable } from './picture';
import styles from './gallery.module.css';

interface Props {
  readonly topology: Drawable;
  readonly width?: number;
  readonly height?: number;
  /** Traffic runs along the connections, where motion is welcome. */
  readonly lively?: boolean;
}

/** A topology in small: its containers, connections and kinds, drawn from the document. Decoration beside the name. */
export function Miniature({ topology, width = 320, height = 168, lively = false }: Props) {
  const kinds = useKindsState((state) => state.kinds.node);
  const drawn = useMemo(
    () =>
      picture(
        topology,
        (kind) => kinds.get(kind)?.container ?? false,
        width,
        height,
        (kind) => kinds.get(kind)?.role === 'observer',
      ),
    [topology, kinds, width, height],
  );
  return (
    <svg className={styles['miniature']} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {drawn.containers.map((box) => (
        <rect key={box.id} className={styles['box']} x={box.x} y={box.y} width={box.width} height={box.height} rx={5} />
      ))}
      {drawn.edges.map((edge) => (
        <path key={edge.id} className={styles['wire']} data-quiet={edge.quiet || undefined} d={edge.path} />
      ))}
      {lively &&
        drawn.edges
          .filter((edge) => !edge.quiet)
          .map((edge, index) => (
            <circle
              key={edge.id}
              className={styles['packet']}
              r={2.6}
              style={{ offsetPath: `path('${edge.path}')`, animationDelay: `${-0.37 * index}s` }}
            />
          ))}
      {drawn.nodes.map((node) => {
        const kind = kinds.get(node.kind);
        const scale = (node.width * 0.58) / 24;
        const inset = node.width * 0.21;
        return (
          <g key={node.id} data-group={kind?.group} className={styles['node']}>
            {node.copies > 1 && <rect x={node.x + 2.5} y={node.y - 2.5} width={node.width} height={node.height} rx={node.width * 0.24} />}
            <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={node.width * 0.24} />
            {node.width >= 13 && kind && (
              <path d={kind.icon} transform={`translate(${node.x + inset} ${node.y + inset}) scale(${scale})`} />
            )}
          </g>
        );
      })}
    </svg>
  );
}
