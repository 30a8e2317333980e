import { useTexts } from "./provider.tsx";

export function Unreachable({ onTryAgain }: { readonly onTryAgain: () => void }) {
  const { unreachable } = useTexts();
  return (
    <div className="gatepost-unreachable" role="alert">
      <p>{unreachable.sentence}</p>
      <button type="button" className="gatepost-button" onClick={onTryAgain}>
        {unreachable.tryAgain}
      </button>
    </div>
  );
}
