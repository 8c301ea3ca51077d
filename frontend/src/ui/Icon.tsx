const PATHS = {
  add: 'M12 5v14M5 12h14',
  align_bottom: 'M4 20h16M7 6v10h3V6zM14 10v6h3v-6z',
  align_center: 'M12 4v16M6 7h12v3H6zM8 14h8v3H8z',
  align_left: 'M4 4v16M8 7h10v3H8zM8 14h6v3H8z',
  align_middle: 'M4 12h16M7 6v12h3V6zM14 8v8h3V8z',
  align_right: 'M20 4v16M6 7h10v3H6zM10 14h6v3h-6z',
  align_top: 'M4 4h16M7 8v10h3V8zM14 8v6h3V8z',
  arrow: 'M5 3l14 8-6 2-2 6z',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 13l4 4L19 7',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  distribute_x: 'M4 4v16M20 4v16M10 8h4v8h-4z',
  distribute_y: 'M4 4h16M4 20h16M8 10h8v4H8z',
  down: 'M6 9l6 6 6-6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  eye: 'M2 12c5-8 15-8 20 0-5 8-15 8-20 0zM12 9a3 3 0 1 0 .01 0z',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  flow: 'M3 12h4l3-7 4 14 3-7h4',
  globe: 'M12 3a9 9 0 1 0 .01 0zM3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18',
  hand: 'M8 12V6a1.5 1.5 0 0 1 3 0V4.500a1.500 1.500 0 0 1 3 0V6a1.500 1.500 0 0 1 3 0v8c0 4-2 6-5 6s-4-1-6-4l-2-3c-1-2 1-3 2-2z',
  help: 'M12 3a9 9 0 1 0 .01 0zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-1 .5-1 1-1 1.700M12 16.500v.01',
  history: 'M4 5v5h5M4.500 10A8 8 0 1 1 4 13M12 8v4l3 2',
  kill: 'M13 3L5 14h6l-1 7 8-11h-6z',
  layers: 'M12 4l9 5-9 5-9-5zM3 14l9 5 9-5',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  list: 'M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  minus: 'M5 12h14',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  pause: 'M8 5v14M16 5v14',
  pin: 'M12 21v-7M8 4h8l-1 6 3 3v1H6v-1l3-3z',
  play: 'M7 4l13 8-13 8z',
  redo: 'M15 5l5 5-5 5M20 10H9a5 5 0 0 0 0 10h3',
  search: 'M11 4a7 7 0 1 0 .01 0zM16 16l5 5',
  select: 'M4 4h4M12 4h4M20 4v4M20 12v4M20 20h-4M12 20H8M4 20v-4M4 12V8',
  share: 'M6 10a2.500 2.500 0 1 0 .01 0zM18 4a2.500 2.500 0 1 0 .01 0zM18 15a2.500 2.500 0 1 0 .01 0zM8.300 11.500l7.400-4M8.300 13.500l7.400 3',
  sliders: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  stop: 'M6 6h12v12H6z',
  sun: 'M12 8a4 4 0 1 0 .01 0zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M5 19l1.500-1.500M17.500 6.500L19 5',
  tidy: 'M3 9h6v6H3zM15 4h6v5h-6zM15 15h6v5h-6zM9 12h3M12 6.500v11M12 6.500h3M12 17.500h3',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  undo: 'M9 5l-5 5 5 5M4 10h11a5 5 0 0 1 0 10h-3',
  upload: 'M12 16V5M7 9l5-5 5 5M5 20h14',
  warning: 'M12 4l9 16H3zM12 10v4M12 17v.01',
  zoom: 'M11 4a7 7 0 1 0 .01 0zM16 16l5 5M8 11h6M11 8v6',
} as const;

export type IconName = keyof typeof PATHS;

/** An outline icon of the one family: 24 units, 1.75 stroke. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return <PathIcon path={PATHS[name]} size={size} />;
}

/** The icon of a kind, from the path that the catalogue serves. */
export function PathIcon({ path, size = 18 }: { readonly path: string; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}
