import { sentenceFor } from "../messages/refusals.ts";
import "./loading.css";

interface LoadFailureProps {
  readonly failure: unknown;
  readonly onRetry: () => void;
}

/** Stands where something would be that could not be had. */
export function LoadFailure({ failure, onRetry }: LoadFailureProps) {
  return (
    <div className="load-failure problem-box" role="alert">
      <p>{sentenceFor(failure)}</p>
      <button type="button" className="button button-secondary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
