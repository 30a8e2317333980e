import "./gate-scene.css";

const BARS = [742, 778, 814, 850, 886];

/** A field gate at dusk, shut, with a lamp lit on its post. */
export function GateScene() {
  return (
    <svg className="gate-scene" viewBox="0 0 800 1000" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <linearGradient id="dusk" x2="0" y2="1">
          <stop offset="0" stopColor="#0b2a20" />
          <stop offset=".55" stopColor="#17503d" />
          <stop offset=".8" stopColor="#4f7d58" />
          <stop offset="1" stopColor="#c9a65d" />
        </linearGradient>
        <radialGradient id="lamplight">
          <stop offset="0" stopColor="#ffdf9b" stopOpacity=".85" />
          <stop offset=".3" stopColor="#f3bf62" stopOpacity=".32" />
          <stop offset="1" stopColor="#f3bf62" stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width="800" height="1000" fill="url(#dusk)" />
      <Stars />
      <circle cx="610" cy="500" r="34" fill="#f6e7bd" />
      <path fill="#2b6a4f" d="M0 640c120-62 232-74 342-38s214 44 458-26v424H0z" />
      <path fill="#1d543f" d="M0 712c180-48 286-30 402 2s252 30 398-22v308H0z" />
      <path fill="#133f2f" d="M0 806c150-40 300-40 430-16s250 14 370-18v228H0z" />
      <path
        fill="#7f9a5e"
        opacity=".5"
        d="M318 940c24-84 148-104 118-168-12-24-42-36-32-62h9c-5 26 38 34 50 62 30 66-34 84 3 168z"
      />
      <path fill="#0a2a1f" d="M0 918c220-30 560-34 800-4v86H0z" />
      <Gate />
      <circle className="gate-scene-lamplight" cx="664" cy="648" r="190" fill="url(#lamplight)" />
      <Lamp />
    </svg>
  );
}

function Stars() {
  const places = [
    [590, 130],
    [660, 210],
    [735, 120],
    [700, 330],
    [745, 430],
    [120, 540],
    [300, 515],
    [455, 545],
  ];
  return (
    <g className="gate-scene-stars" fill="#f6efd9" opacity=".7">
      {places.map(([x, y]) => (
        <circle key={`${x},${y}`} cx={x} cy={y} r="1.8" />
      ))}
    </g>
  );
}

function Gate() {
  return (
    <g stroke="#f1ece0" strokeLinecap="round" strokeLinejoin="round" fill="none">
      <path stroke="#d9d2c0" strokeWidth="10" d="M180 888L400 744M400 744L616 888" opacity=".85" />
      {BARS.map((y) => (
        <path key={y} strokeWidth="11" d={`M168 ${y}H632`} />
      ))}
      <path strokeWidth="13" d="M168 728v172M632 728v172M400 736v156" />
      <path stroke="#e9e2d2" strokeWidth="38" strokeLinecap="butt" d="M136 964V690M664 964V690" />
      <path stroke="#fffaf0" strokeWidth="46" strokeLinecap="butt" d="M136 692v-14M664 692v-14" />
    </g>
  );
}

function Lamp() {
  return (
    <g strokeLinejoin="round">
      <path fill="#ffe3a3" stroke="#1b2a22" strokeWidth="5" d="M648 674l-5-40h42l-5 40z" />
      <path
        fill="none"
        stroke="#1b2a22"
        strokeWidth="5"
        strokeLinecap="round"
        d="M638 634h52M650 634l14-16 14 16M664 618v-8M644 676h40"
      />
      <path fill="#fff6dc" d="M664 666c-9-4-9-14 0-26 9 12 9 22 0 26z" />
    </g>
  );
}
