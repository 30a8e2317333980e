import "./task-skeleton.css";

const ROWS = ["a", "b", "c", "d", "e"];

export function TaskSkeleton() {
  return (
    <div className="task-skeleton">
      <p className="visually-hidden">Loading tasks…</p>
      {ROWS.map((row) => (
        <div key={row} className="skeleton-row" aria-hidden="true">
          <span className="skeleton-dot" />
          <span className={`skeleton-line skeleton-line-${row}`} />
        </div>
      ))}
    </div>
  );
}
