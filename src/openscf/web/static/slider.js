// Days, cost and cash of one offer: the whole time is what the platform quoted; fewer days at the same price a year.
for (const box of document.querySelectorAll("[data-slider]")) {
  const input = box.querySelector("input[type=range]");
  const output = box.querySelector("output");
  const fen = (text) => BigInt(text.replace(".", ""));
  const now = fen(box.dataset.now), cost = fen(box.dataset.cost), whole = BigInt(Math.max(1, Number(box.dataset.days)));
  const chinese = document.documentElement.lang === "zh-CN";
  const shown = (minor) => {
    const text = minor.toString().padStart(3, "0");
    return `${text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${text.slice(-2)}`;
  };
  input.addEventListener("input", () => {
    const days = BigInt(input.value);
    const part = (cost * days + whole / 2n) / whole;
    output.textContent = chinese ? `${days} 天` : `${days} ${days === 1n ? "day" : "days"}`;
    box.querySelector("[data-out=cost]").textContent = shown(part);
    box.querySelector("[data-out=cash]").textContent = shown(now + cost - part);
  });
}
