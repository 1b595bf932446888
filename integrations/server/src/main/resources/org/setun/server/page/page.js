// SPDX-License-Identifier: Apache-2.0
"use strict";

const element = (id) => document.getElementById(id);
const drop = element("drop");
const file = element("file");
const preview = element("preview");
const result = element("result");

const choice = element("choice");

// Milliseconds from sending an image to having read the answer.
const latencies = [];

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

function showLatency(milliseconds) {
  latencies.push(milliseconds);
  const sorted = latencies.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  element("latency").textContent =
    `Answered in ${milliseconds.toFixed(1)} ms` +
    (sorted.length > 1 ? `; median of ${sorted.length}: ${median.toFixed(1)} ms` : "");
}

async function classify(image) {
  const mine = ++latest;
  result.hidden = true;
  showPreview(image);
  say("Classifying …");
  try {
    const start = performance.now();
    const model = choice.value ? `&model=${choice.value}` : "";
    const response = await fetch(`/v1/classify?top=5${model}`, {
      method: "POST",
      headers: { "Content-Type": image.type },
      body: image,
    });
    const answer = await response.json();
    const milliseconds = performance.now() - start;
    if (mine !== latest) {
      return;
    }
    if (response.ok) {
      show(answer.predictions);
      showLatency(milliseconds);
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

// Sample images are drawn here: the page needs no files, and they no licence.
const samples = {
  ball(pen) {
    pen.fillStyle = "#e8eef4";
    pen.fillRect(0, 0, 224, 224);
    const shade = pen.createRadialGradient(90, 80, 10, 112, 112, 90);
    shade.addColorStop(0, "#ffc46b");
    shade.addColorStop(1, "#c24d0c");
    pen.fillStyle = shade;
    pen.beginPath();
    pen.arc(112, 112, 84, 0, 2 * Math.PI);
    pen.fill();
  },
  shirt(pen) {
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, 224, 224);
    pen.fillStyle = "#d8d8d8";
    pen.beginPath();
    for (const [x, y] of [
      [70, 30], [92, 44], [132, 44], [154, 30], [206, 72], [180, 104],
      [160, 90], [160, 200], [64, 200], [64, 90], [44, 104], [18, 72],
    ]) {
      pen.lineTo(x, y);
    }
    pen.fill();
  },
};

for (const button of document.querySelectorAll("#samples button")) {
  const canvas = button.querySelector("canvas");
  const name = button.dataset.sample;
  samples[name](canvas.getContext("2d"));
  button.addEventListener("click", () =>
    canvas.toBlob((png) => classify(new File([png], `${name}.png`, { type: "image/png" }))));
}

function showModel({ architecture, classes, images }) {
  element("model").textContent = `${architecture}, ${classes} classes`;
  file.disabled = !images;
  element("samples").hidden = !images;
  if (images) {
    say("");
  } else {
    say("This model reads tensors, not images: post them to /v1/classify.", true);
  }
}

async function showModels() {
  try {
    const response = await fetch("/v1/models");
    const answer = await response.json();
    if (!response.ok) {
      say(`This page cannot classify: ${answer.detail}.`, true);
      return;
    }
    const { models } = answer;
    choice.replaceChildren(...models.map(({ name }) => new Option(name)));
    element("models").hidden = models.length < 2;
    choice.addEventListener("change", () => showModel(models[choice.selectedIndex]));
    if (models.length > 0) {
      showModel(models[0]);
    } else {
      say("No model is served.", true);
    }
  } catch {
    say("The server does not answer.", true);
  }
}

showModels();
