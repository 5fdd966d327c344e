package bigintest

// strokes write the letters: each word is one move of the pen through points,
// two digits each, x from 0 to 4 and y from 0 to 6.
var strokes = map[rune][]string{
	'A': {"062046", "1434"}, 'B': {"0006364534230300", "0323", "00203123"}, 'C': {"4130100105163645"},
	'D': {"0006264541200000"}, 'E': {"40000646", "0333"}, 'F': {"400006", "0333"},
	'G': {"413010010516364543", "4323"}, 'H': {"0006", "4046", "0343"}, 'I': {"2026", "1030", "1636"},
	'J': {"404536160504"}, 'K': {"0006", "400346"}, 'L': {"000646"}, 'M': {"0600244046"},
	'N': {"06004640"}, 'O': {"103041453616050110"}, 'P': {"06003041423303"},
	'Q': {"103041453616050110", "2446"}, 'R': {"06003041423303", "2346"}, 'S': {"4130100102134445361605"},
	'T': {"0040", "2026"}, 'U': {"000516364540"}, 'V': {"002640"}, 'W': {"0016223640"},
	'X': {"0046", "4006"}, 'Y': {"002340", "2326"}, 'Z': {"00400646"},
}

// letter writes a letter of the height 2·h around a point.
func (c *canvas) letter(l rune, cx, cy, h, pen float64, k rgb) {
	at := func(s string, i int) (x, y float64) {
		return cx + (float64(s[i]-'0')-2)*h/3.4, cy + (float64(s[i+1]-'0')-3)*h/4.2
	}
	for _, s := range strokes[l] {
		for i := 0; i+3 < len(s); i += 2 {
			ax, ay := at(s, i)
			bx, by := at(s, i+2)
			c.fill(line(ax, ay, bx, by, pen), k.ink())
		}
	}
}
