import "./loading.css";

interface LoadMoreProps {
  readonly loading: boolean;
  readonly onLoad: () => void;
}

export function LoadMore({ loading, onLoad }: LoadMoreProps) {
  return (
    <button type="button" className="button button-secondary load-more" disabled={loading} onClick={onLoad}>
      {loading ? "Loading…" : "Load more"}
    </button>
  );
}
