"use strict";

const element = (id) => document.getElementById(id);
const drop = element("drop");
const file = element("file");
const preview = element("preview");
const result = element("result");

// Of several images chosen in quick succession only the last one's answer is shown.
let latest = 0;

function say(text, bad = false) {
  element("status").textContent = text;
  element("status").classList.toggle("bad", bad);
}

function show(predictions) {
  const rows = predictions.map(({ label, probability }) => {
    const row = document.createElement("tr");
    row.style.setProperty("--share", `${100 * probability}%`);
    row.insertCell().textContent = label;
    row.insertCell().textContent = `${(100 * probability).toFixed(1)} %`;
    return row;
  });
  result.tBodies[0].replaceChildren(...rows);
  result.hidden = false;
}

function showPreview(image) {
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(image);
  preview.alt = image.name || "the pasted image";
  preview.hidden = false;
  element("hint").textContent = "Drop, paste or choose another one";
}

async function classify(image) {
  const mine = ++latest;
  result.hidden = true;
  showPreview(image);
  say("Classifying …");
  try {
    const response = await fetch("/v1/classify?top=5", {
      method: "POST",
      headers: { "Content-Type": image.type },
      body: image,
    });
    const answer = await response.json();
    if (mine !== latest) {
      return;
    }
    if (response.ok) {
      show(answer.predictions);
      const [best] = answer.predictions;
      say(`${best.label}, ${(100 * best.probability).toFixed(1)} %`);
    } else {
      say(`Not classified: ${answer.detail}.`, true);
    }
  } catch {
    if (mine === latest) {
      say("The server does not answer.", true);
    }
  }
}

function take(files) {
  const image = [...files].find((each) => /^image\/(png|jpeg)$/.test(each.type));
  if (image) {
    classify(image);
  } else if (files.length > 0) {
    say("That is neither a PNG nor a JPEG image.", true);
  }
}

file.addEventListener("change", () => {
  take(file.files);
  file.value = ""; // so that choosing the same file again is a change
});
document.addEventListener("paste", (event) => take(event.clipboardData.files));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault(); // else the browser would leave the page to show the image
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});

fetch("/v1/model")
  .then((response) => response.json())
  .then(({ architecture, classes, images }) => {
    element("model").textContent = `${architecture}, ${classes} classes`;
    if (!images) {
      file.disabled = true;
      say("This model reads tensors, not images: post them to /v1/classify.", true);
    }
  })
  .catch(() => say("The server does not answer.", true));
