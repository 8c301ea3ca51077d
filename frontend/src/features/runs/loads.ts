interface Load {
  /** Place in the run's order of nodes. */
  readonly index: number;
  readonly utilization: number;
  readonly down: boolean;
}

/** The nodes that most is asked of, the dead ones first; what has no slots to be busy is left out, and so is who only asks. */
export function busiest(utilization: ArrayLike<number>, up: ArrayLike<number>, most: number, asks: (index: number) => boolean): Load[] {
  return Array.from(utilization, (load, index): Load => ({ index, utilization: load, down: up[index] === 0 }))
    .filter(({ index, utilization: load, down }) => !asks(index) && (down || Number.isFinite(load)))
    .sort((a, b) => Number(b.down) - Number(a.down) || b.utilization - a.utilization || a.index - b.index)
    .slice(0, most);
}
