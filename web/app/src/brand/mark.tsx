/** Two posts, a rail, and a gate whose brace is a tick. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1b5e47" />
      <g strokeLinecap="round" strokeLinejoin="round">
        <path stroke="#fff" strokeWidth="3.2" d="M7 6.5v19M25 6.5v19" />
        <path stroke="#fff" strokeWidth="2" opacity=".6" d="M7 22h18" />
        <path stroke="#f0c674" strokeWidth="3" d="M11.5 14.5l3.5 3.5 6-7" />
      </g>
    </svg>
  );
}
