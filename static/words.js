// Streamlit names its own parts in English alone: "Collapse sidebar", "Choose an option". This names them in the language of the page, for the eye and for a
// screen reader. The pairs stand in the page itself, as data; a word that ends in {label} goes on with a name that is ours already.
(() => {
  const pairs = JSON.parse(document.getElementById("words").textContent);
  const attributes = ["aria-label", "title", "placeholder", "alt"];
  const language = () => document.documentElement.lang;

  function ours(said) {
    for (const pair of pairs) {
      const wanted = pair[language()];
      for (const known of Object.values(pair)) {
        if (known === said) return wanted;
        const start = known.split("{label}")[0];
        if (start !== known && said.startsWith(start)) return wanted.replace("{label}", said.slice(start.length));
      }
    }
    return said;
  }

  function name(element) {
    for (const attribute of attributes) {
      const said = element.getAttribute(attribute);
      if (said && ours(said) !== said) element.setAttribute(attribute, ours(said));
    }
    // An icon beside words that say the same is not read out.
    if (element.getAttribute("role") === "img" && /^[a-z_0-9]+ icon$/.test(element.getAttribute("aria-label") || "")) element.setAttribute("aria-hidden", "true");
  }

  function write(text) {
    const said = text.nodeValue.trim();
    if (said && ours(said) !== said) text.nodeValue = ours(said);
  }

  function walk(node) {
    if (node.nodeType === Node.TEXT_NODE) return write(node);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, textarea")) return undefined;
    name(node);
    return node.childNodes.forEach(walk);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.target === document.documentElement) return walk(document.body);
      change.addedNodes.forEach(walk);
      if (change.type !== "childList") walk(change.target);
    }
    return undefined;
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["lang", ...attributes] });
  walk(document.body);
})();
