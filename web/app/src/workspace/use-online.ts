import { useEffect, useRef, useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether the browser thinks that it has a network; calls back when it has one again. */
export function useOnline(onBack?: () => void): boolean {
  const latest = useRef(onBack);
  useEffect(() => {
    latest.current = onBack;
  });
  useEffect(() => {
    const back = () => latest.current?.();
    window.addEventListener("online", back);
    return () => window.removeEventListener("online", back);
  }, []);
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}
