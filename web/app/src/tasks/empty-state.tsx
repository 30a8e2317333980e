import type { TaskList, TaskStatus } from "../api/types.ts";
import "./empty-state.css";

interface EmptyStateProps {
  readonly status: TaskStatus;
  readonly searching: boolean;
  /** What the person is to the list that is shown; undefined where that is all tasks. */
  readonly access: TaskList["access"] | undefined;
}

export function EmptyState(props: EmptyStateProps) {
  const { title, advice } = wording(props);
  return (
    <div className="empty-state">
      <OpenGate />
      <h2 className="empty-title">{title}</h2>
      <p className="empty-advice">{advice}</p>
    </div>
  );
}

function wording({ status, searching, access }: EmptyStateProps): { title: string; advice: string } {
  if (searching) return { title: "Nothing matches", advice: "Try fewer words, or clear the search with Escape." };
  if (status === "done") return { title: "Nothing finished yet", advice: "What you complete will wait for you here." };
  if (status === "open") return { title: "All clear", advice: "Nothing is waiting for you. Enjoy the quiet." };
  if (access === "read")
    return { title: "An empty list", advice: "Whoever shares it with you has written nothing yet." };
  if (access) return { title: "An empty list", advice: "Write its first task above and press Enter." };
  return { title: "A quiet field", advice: "Write your first task above and press Enter. Nobody else will see it." };
}

function OpenGate() {
  return (
    <svg className="empty-picture" width="148" height="92" viewBox="0 0 148 92" fill="none" aria-hidden="true">
      <path className="empty-ground" d="M2 84c34-10 110-10 144 0" />
      <path className="empty-post" d="M34 82V22M114 82V22" />
      <path className="empty-rails" d="M36 40l34-9M36 54l34-6M36 68l34-3M70 27v42M36 66l34-34" />
      <path className="empty-lamp" d="M110 20l-1.5-9h11l-1.5 9z" />
    </svg>
  );
}
