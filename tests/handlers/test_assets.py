"""Static files are kept by the browser in the version that the page names, and no page is."""

import gzip
import re


def test_a_page_names_its_files_by_version_and_the_browser_may_keep_them(desk):
    page = desk.page("/")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(files) >= 4
    for file in files:
        assert re.search(r"\?v=[0-9a-f]{10}$", file), file
        with desk.get(file) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_is_squeezed_for_whoever_takes_it_and_no_page_is(desk):
    file = re.search(r'href="(/static/style.css[^"]+)"', desk.page("/"))[1]
    with desk.get(file) as plain, desk.get(file, headers={"Accept-Encoding": "gzip"}) as squeezed:
        assert squeezed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(squeezed.data) == plain.data
        assert len(squeezed.data) < len(plain.data) / 3
        assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Content-Encoding" not in desk.get("/", headers={"Accept-Encoding": "gzip"}).headers


def test_another_version_is_not_kept(desk):
    for path in ("/static/style.css", "/static/style.css?v=0123456789", "/static/nothing.css?v="):
        with desk.get(path) as answer:
            assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_no_page_is_kept(desk):
    assert desk.get("/").headers["Cache-Control"] == "no-store"
    assert desk.get("/numbers.csv").headers["Cache-Control"] == "no-store"
